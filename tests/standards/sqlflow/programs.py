"""Programs that are large, deep or entangled in every way that a reader of code could stumble over."""

from __future__ import annotations


def many(count: int, line: str) -> str:
    """*line* that often, `#` in it being its number."""
    return "".join(line.replace("#", str(number)) for number in range(count))


def nested(depth: int, line: str, inside: str) -> str:
    """*line* that often, each inside the one before, and *inside* in the innermost; indented as in a function."""
    levels = [*(line.replace("#", str(level)) for level in range(depth)), inside]
    return "".join("    " * (level + 1) + each + "\n" for level, each in enumerate(levels))


def function(body: str, end: str = "    cur.execute(sql)\n") -> str:
    return "def f(cur, x):\n    sql = 'SELECT 1'\n" + body + end


_EACH_OTHER = "def _f#(x):\n    return 'SELECT a FROM ' + " + many(30, "_f_(x + 'b') + ").replace("_f_", "_f%s") + "x\n"

PROGRAMS = {
    "a function of 5,000 lines": function(many(5000, "    sql += f' AND c# = {x}'\n")),
    "300 branches": function("    if x:\n        sql += x\n" + many(300, "    elif x == #:\n        sql += 'a# = ' + x\n")),
    "2,000 ifs": function(many(2000, "    if y#:\n        sql += x\n")),
    "1,500 tries": function(many(1500, "    try:\n        sql += x\n    except E#:\n        sql += 'a'\n")),
    "2,000 cases": function("    match x:\n" + many(2000, "        case #:\n            sql += '#' + x\n")),
    "18 loops in each other": function(nested(18, "for i# in x:", "sql += i3")),
    "95 ifs in each other": function(nested(95, "if y#:", "sql += x")),
    "59 functions in each other": function(nested(59, "def f#(cur, x):", "cur.execute('SELECT ' + x)")),
    "functions that all call each other": "".join(_EACH_OTHER.replace("#", str(each)) % tuple(range(30)) for each in range(30)),
    "a chain of 800 calls":
    many(800, "def _f#(x, y):\n    return _g#(x + ' AND a = ' + y, y)\n_g# = _f#\n") + "cur.execute(_f0('SELECT', z))\n",
    "3,000 calls of one function":
    "def _f(x, y):\n    return 'SELECT ' + x + y\n" + function(many(3000, "    cur.execute(_f('a#', x))\n")),
    "a dict of 20,000 texts": "Q = {\n" + many(20000, "    'k#': 'SELECT # FROM t',\n") + "}\n" + function("    sql = Q[x] + x\n"),
    "a dict of 5,000 lambdas":
    "Q = {\n" + many(5000, "    '#': lambda t: f'SELECT # FROM {t}',\n") + "}\n" + function("    sql = Q[x](x)\n"),
    "a sum of 400 texts": function("    sql = " + many(400, "'a#' + x + ") + "x\n"),
    "5,000 fields": function("    sql = f'SELECT " + many(5000, "{x#}, ") + "1'\n"),
    "a join of 5,000 texts": function("    sql = ' UNION '.join([" + many(5000, "'SELECT # FROM ' + x, ") + "])\n"),
    "5,000 appended texts": function("    p = []\n" + many(5000, "    p.append('SELECT # FROM ' + x)\n") + "    sql = ' '.join(p)\n"),
    "a text that doubles 3,000 times": function("    sql += x\n" + "    sql = sql + sql\n" * 3000),
    "a list that holds itself": function("    p = [x]\n" + "    p.append(p)\n    p = [p, p]\n" * 1000 + "    sql += str(p)\n"),
    "90 brackets in each other": function("    sql += str(" + "[" * 90 + "x" + "]" * 90 + ")\n"),
    "3,000 alternatives": function("    if " + many(3000, "x == 'a#' or ") + "False:\n        sql += x\n"),
    "1,000 classes of each other":
    many(1000, "class A#(B#):\n    def m#(self, cur):\n        cur.execute('SELECT ' + self.t#)\nB# = A#\n"),
    "1,500 methods":
    "class A:\n" + many(1500, "    def m#(self, cur, x):\n        self.f# = x\n        cur.execute('SELECT ' + self.f#)\n"),
    "a script of 5,000 questions": many(5000, "x# = input() if a else 'b'\ncur.execute('SELECT * FROM t WHERE a = ' + x#)\n"),
    "3,000 parameters": "def g(cur, " + many(3000, "p#=1, ") + "z=2):\n    cur.execute('SELECT ' + p7)\n"
    + function(many(300, "    g(cur, p#=input())\n")),
    "8,000 functions":
    many(8_000, "def f#(cur, a#):\n    q# = a#\n    cur.execute('SELECT ' + q#)\n"),
    "200,000 brackets": function("", "    return 'select " + "(" * 200_000 + " from ' + x\n"),
    "100,000 comment signs": function("", "    return '" + "/* " * 100_000 + "' + x\n"),
    "60,000 updates": function("", "    return '" + "; update a b c d " * 60_000 + "' + x\n"),
}  # fmt: skip
