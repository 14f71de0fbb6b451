"""Files made to hold a reader up: path and content of each, none over the size that is still judged."""

from __future__ import annotations

_SCRIPT, _TEST, _PAGE = "dev/daily_sales/daily_sales.py", "dev/daily_sales/testing/test_daily_sales.py", "dev/daily_sales/docs/api.md"
_SAMPLE, _FLOW, _ANY = "dev/daily_sales/testing/test_data_samples/orders.csv", "dev/daily_sales/kestra_flow.yml", "infra/settings.cfg"


def hostile_files() -> dict[str, tuple[str, bytes]]:
    """Name of the hardship -> path, and content of up to 5 MB."""
    return _code() | _tests_and_samples() | _pages() | _encodings() | _others()


def _code() -> dict[str, tuple[str, bytes]]:
    texts = {
        "a line of 5 MB": b"x = '" + b"a" * 4_900_000 + b"'\n",
        "200,000 selects in one text": b"x = '" + b"SELECT * FROM t WHERE " * 200_000 + b"'\n",
        "half a million open brackets": b"x = " + b"[" * 500_000,
        "250,000 nested brackets": b"x = " + b"[" * 250_000 + b"]" * 250_000,
        "60,000 nested lists in valid depth": b"x = " + b"[[[[]]]]," * 60_000 + b"1\n",
        "140,000 nots": b"x = " + b"not " * 140_000 + b"1\n",
        "140,000 sums": b"sql = " + b"a + " * 140_000 + b"1\nimport os\nos.environ\n",
        "140,000 sums of SQL": b"sql = 'SELECT ' + " + b"a + " * 140_000 + b"''\ndb.execute_query(sql)\n",
        "290,000 attributes": b"x = a" + b".b" * 290_000 + b"\nos.environ\n",
        "190,000 calls of calls": b"x = a" + b"(1)" * 190_000 + b"\nos.environ\n",
        "30,000 elifs": b"if a: pass\n" + b"elif b: os.environ\n" * 30_000,
        "23,000 log calls": b"logger.info('x %s', row)\n" * 23_000,
        "90 nested functions": b"".join(b" " * i + b"def f():\n" for i in range(90)) + b" " * 90 + b"pass\nos.environ\n",
        "6,000 functions with SQL": b"def f(a):\n    db.execute_query('DELETE FROM t WHERE id = 1')\n    db.bulk_insert(a)\n" * 6_000,
        "26,000 SQL texts": b"x = 'SELECT a FROM b'\n" * 26_000,
        "23,000 SQL f-strings": b"x = f'SELECT {a} FROM b'\n" * 23_000,
        "15,000 executed f-strings": b"db.execute_query(f'SELECT {a} FROM b')\n" * 15_000,
        "38,000 runs of SQL": b"def f(a):\n" + b"    execute(a)\n" * 38_000,
        "40,000 steps of one text": b"def f(a):\n    sql = ''\n" + b"    sql += a\n" * 40_000 + b"    db.execute_query(sql)\n",
        "a chain of 20,000 names": b"def f(a0):\n" + _chain(20_000) + b"    db.execute_query(a20000)\n",
        "many brackets in a WITH": b"x = 'WITH " + b"(" * 500_000 + b"'\n",
        "60,000 selects in a WITH": b"x = 'WITH a AS (" + b") SELECT " * 60_000 + b"'\n",
        "a table name of 250,000 parts": b"x = 'SELECT 1 FROM " + b"a." * 250_000 + b"'\n",
        "a path of 250,000 parts": b"x = '/data/" + b"a." * 250_000 + b"'\n",
        "a host of 500,000 letters": b"x = 'http://" + b"a" * 500_000 + b"'\n",
        "a schedule of 250,000 stars": b"x = '" + b"* " * 250_000 + b"'\n",
        "55,000 servers": b"x = '" + b";server = " * 55_000 + b"'\n",
        "500,000 percent signs": b"logger.info('" + b"%" * 500_000 + b"', a)\n",
    }
    return {name: (_SCRIPT, data) for name, data in texts.items()}


def _tests_and_samples() -> dict[str, tuple[str, bytes]]:
    return {
        "30,000 empty assertions": (_TEST, b"def test_a():\n" + b"    assert a == a\n" * 30_000),
        "15,000 skips": (_TEST, b"@pytest.mark.skip\ndef test_a(): pass\n" * 15_000),
        "2,000,000 half addresses": (_SAMPLE, b"a@" * 2_000_000),
        "an address of 4 MB": (_SAMPLE, b"a." * 1_000_000 + b"@" + b"b." * 1_000_000),
        "900,000 half card numbers": (_SAMPLE, b"4716 " * 900_000),
        "900,000 half account numbers": (_SAMPLE, b"DE44 " * 900_000),
    }


def _pages() -> dict[str, tuple[str, bytes]]:
    texts = {
        "500,000 links": b"[a](b) " * 500_000,
        "2,000,000 open brackets": b"[" * 2_000_000,
        "900,000 half links": b"[a](" * 900_000,
        "2,000,000 ticks": b"`" * 2_000_000,
        "900,000 half code spans": b"`a " * 900_000,
        "900,000 open comments": b"<!--" * 900_000,
        "2,000,000 columns": b"|" * 2_000_000,
        "900,000 headings": b"# " * 900_000,
        "300,000 half placeholders": b"{{ cookiecutter" * 300_000,
        "300,000 half conditions": b"{% if " * 300_000 + b"cookiecutter",
        "600,000 words of passwords": b"the password is " * 300_000,
    }
    return {name: (_PAGE, data) for name, data in texts.items()}


def _encodings() -> dict[str, tuple[str, bytes]]:
    return {
        "NUL bytes": (_SCRIPT, b"\0" * 4_000_000),
        "UTF-16": (_SCRIPT, "x = 1\n".encode("utf-16") * 40_000),
        "UTF-16 with a mark": (_SCRIPT, "x = 1\n".encode("utf-16")),
        "UTF-8 with a mark": (_SCRIPT, b"\xef\xbb\xbfx = 1\n"),
        "half a sign": (_SCRIPT, b"x = '\xe2\x82'\n"),
        "lone surrogates": (_SCRIPT, "x = '\ud800'\n".encode("utf-8", "surrogatepass")),
        "Latin-1": (_SCRIPT, b"# \xe9\n" * 140_000),
        "Latin-1 that says so": (_SCRIPT, b"# coding: latin-1\nx = '\xe9'\n"),
        "an encoding that is none": (_SCRIPT, b"# coding: klingon\nx = 1\n"),
        "lines that end with CR": (_SCRIPT, b"x = 1\r" * 90_000),
        "form feeds": (_SCRIPT, b"\x0c\n" * 250_000),
    }


def _others() -> dict[str, tuple[str, bytes]]:
    return {
        "700,000 conflict marks": (_ANY, b"<<<<<<<" * 700_000),
        "190,000 half suppressions": ("infra/a.yml", b"# workflow: ignore[WF301 " * 190_000),
        "90,000 suppressions": ("infra/a.yml", b"# workflow: ignore[WF301] a, until 2020-01-01\n" * 90_000),
        "900,000 curls": (_ANY, b"curl " * 900_000),
        "4 MB of blanks": (_ANY, b"Encrypt =" + b" " * 4_000_000),
        "900,000 verifies": (_ANY, b"verify" + b"_ssl" * 900_000),
        "900,000 passwords": (_ANY, b"password=" * 500_000),
        "600,000 half addresses": (_ANY, b"postgres://a:" * 350_000),
        "200,000 open lists in YAML": (_FLOW, b"a: [" + b"[" * 200_000),
        "a billion laughs": (_FLOW, _laughs()),
        "100,000 tasks": (_FLOW, b"id: a\nnamespace: b\ntasks:\n" + b"  - id: a\n    type: b\n" * 100_000),
        "50,000 keys that are equal": (_FLOW, b"a: 1\n" * 50_000),
    }


def _chain(length: int) -> bytes:
    return b"".join(b"    a%d = a%d\n" % (number + 1, number) for number in range(length))


def _laughs() -> bytes:
    lines = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    return ("\n".join(lines) + "\n").encode()
