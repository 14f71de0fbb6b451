"""A stand-in for SQL Server, for what cannot be had here: it speaks TDS 7.4 well enough for Microsoft's ODBC driver.

Plain SQL runs on SQLite; what a test needs of T-SQL, any error of SQL Server, a lost connection or a server that hangs is scripted:

    server.script("update stock", Error(1205, "deadlock victim"), times=1)
    server.procedure("dbo.totals", Result([(["day", "total"], [(1, 2.5)])], outputs={"count": 1}, status=0))

`wire` reads and writes values, `session` is one connection, `engine` runs what it sends, `control` runs all of it in another process:
pyodbc holds the interpreter's lock while it waits for an answer, so that a server in the same process could never give it.
"""

from tests.tds.control import SqlServer
from tests.tds.script import Drop, Error, Hang, Result

__all__ = ["Drop", "Error", "Hang", "Result", "SqlServer"]
