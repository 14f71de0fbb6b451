"""Labelled snippets of data pipelines, with and without SQL injection: python benchmarks/corpora/sql.py

Every fourth sample, by the hash of its name, is held out of tuning. It has been looked at once (34/35 and 34/35 then): two faults
it showed, in compiled patterns and in stored procedures, were mended, so that its figures are kind from there on.
"""

from __future__ import annotations

import ast
import sys
import zlib
from collections.abc import Iterable

from workflow_template.standards.sql import find_injections

VULNERABLE = r'''
#--- exec_fstring
def refresh(db_helper, region):
    db_helper.execute_query(f"EXEC dbo.usp_refresh_sales '{region}'")
#--- exec_concat
proc = row["procedure"]
cursor.execute("EXEC " + proc + " @full = 1")
#--- truncate_argv
import sys
table = sys.argv[1]
with engine.begin() as connection:
    connection.execute(text("TRUNCATE TABLE " + table))
#--- drop_loop
for name in stale_tables(conn):
    conn.execute("DROP TABLE IF EXISTS %s" % name)
#--- bulk_insert
def bulk_load(cursor, path):
    sql = "BULK INSERT staging.orders FROM '" + path + "' WITH (FIRSTROW = 2)"
    cursor.execute(sql)
    cursor.commit()
#--- copy_s3
def copy_into(cur, bucket, key, role):
    cur.execute("""
        COPY staging.events FROM 's3://{}/{}'
        IAM_ROLE '{}' FORMAT AS PARQUET
    """.format(bucket, key, role))
#--- merge_template
MERGE = """
MERGE INTO {target} AS t
USING {source} AS s ON t.id = s.id
WHEN MATCHED THEN UPDATE SET t.amount = s.amount
"""
def merge(db, target, source):
    db.execute_query(MERGE.format(target=target, source=source))
#--- call_procedure
def call(conn, name, day):
    conn.exec_driver_sql(f"CALL {name}('{day}')")
#--- grant_role
def grant(cur, role, schema):
    statement = "GRANT SELECT ON ALL TABLES IN SCHEMA " + schema + " TO " + role
    cur.execute(statement)
#--- alter_add_column
for column in df.columns:
    if column not in existing:
        cur.execute(f"ALTER TABLE customers ADD COLUMN {column} TEXT")
#--- use_database
def switch(cursor, tenant):
    cursor.execute(f"USE {tenant}")
#--- set_search_path
def as_tenant(session, tenant):
    session.execute(text(f"SET search_path TO {tenant}"))
#--- declare_block
def archive(cursor, cutoff):
    cursor.execute("DECLARE @d DATE = '" + cutoff + "'; DELETE FROM orders WHERE day < @d")
#--- with_cte
def top(conn, table, limit):
    query = f"""
    WITH ranked AS (SELECT *, ROW_NUMBER() OVER (ORDER BY amount) AS n FROM {table})
    SELECT * FROM ranked WHERE n <= {limit}
    """
    return conn.execute(text(query)).all()
#--- augmented
def search(cur, status, city):
    sql = "SELECT id FROM customers WHERE 1 = 1"
    if status:
        sql += " AND status = '" + status + "'"
    if city:
        sql += f" AND city = '{city}'"
    cur.execute(sql)
    return cur.fetchall()
#--- loop_conditions
def build(filters):
    sql = "SELECT * FROM orders WHERE 1=1"
    for name, value in filters.items():
        sql = sql + " AND " + name + " = '" + str(value) + "'"
    return sql
#--- list_join
def find(conn, filters):
    conditions = []
    for key, value in filters.items():
        conditions.append(f"{key} = '{value}'")
    where = " AND ".join(conditions)
    return conn.execute("SELECT * FROM orders WHERE " + where).fetchall()
#--- tuple_unpacking
def counts(cur, request_json):
    table, column = request_json["table"], request_json["column"]
    query, label = f"SELECT {column}, COUNT(*) FROM {table} GROUP BY {column}", "counts"
    cur.execute(query)
    return label, cur.fetchall()
#--- dict_of_queries
def queries(day):
    return {
        "orders": f"SELECT * FROM orders WHERE day = '{day}'",
        "refunds": f"SELECT * FROM refunds WHERE day = '{day}'",
    }
#--- walrus
def latest(cur, table):
    if (query := f"SELECT MAX(updated_at) FROM {table}"):
        cur.execute(query)
    return cur.fetchone()
#--- ternary
def export(cur, schema):
    prefix = f"{schema}." if schema else ""
    cur.execute("SELECT * FROM " + prefix + "orders")
#--- percent_tuple
def by_name(cur, first, last):
    cur.execute("SELECT * FROM people WHERE first = '%s' AND last = '%s'" % (first, last))
#--- percent_dict
def by_mail(cur, form):
    cur.execute("SELECT id FROM users WHERE mail = '%(mail)s'" % {"mail": form["mail"]})
#--- format_map
def remove(cur, row):
    cur.execute("DELETE FROM orders WHERE id = '{id}' AND shop = '{shop}'".format_map(row))
#--- string_template
from string import Template
QUERY = Template("SELECT * FROM orders WHERE customer = '$customer'")
def orders_of(conn, customer):
    return conn.execute(QUERY.substitute(customer=customer))
#--- replace_mark
SQL = "SELECT * FROM {table} WHERE loaded_at > '{since}'"
def read(conn, table, since):
    return conn.execute(SQL.replace("{table}", table).replace("{since}", since))
#--- driver_sql
def analyze(connection, table):
    connection.exec_driver_sql("ANALYZE " + table)
#--- text_fstring
import sqlalchemy
def load_customer(engine, mail):
    with engine.connect() as connection:
        return connection.execute(sqlalchemy.text(f"SELECT * FROM customers WHERE mail = '{mail}'")).all()
#--- where_text
from sqlalchemy import select, text
def filtered(session, orders, value):
    statement = select(orders).where(text("status = '" + value + "'"))
    return session.execute(statement).all()
#--- order_by_text
from sqlalchemy import select, text
def page(session, orders, column):
    return session.execute(select(orders).order_by(text(column))).all()
#--- literal_column
from sqlalchemy import literal_column, select
def distinct(session, orders, column):
    return session.execute(select(literal_column(column)).select_from(orders).distinct()).scalars()
#--- pandas_read_sql
import pandas as pd
def frame(engine, shop):
    return pd.read_sql(f"SELECT * FROM orders WHERE shop = '{shop}'", engine)
#--- pandas_keyword
import pandas as pd
def frame(engine, columns, table):
    return pd.read_sql_query(sql="SELECT " + ", ".join(columns) + " FROM " + table, con=engine)
#--- polars_database
import polars as pl
def frame(connection, country):
    query = "SELECT * FROM sales WHERE country = '{}'".format(country)
    return pl.read_database(query=query, connection=connection)
#--- executemany_table
def insert(cur, table, rows):
    cur.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)
#--- executescript_values
def seed(conn, names):
    script = ""
    for name in names:
        script += f"INSERT INTO tags(name) VALUES ('{name}');\n"
    conn.executescript(script)
#--- csv_rows
import csv
def load(cur, path):
    with open(path, newline="") as lines:
        for row in csv.DictReader(lines):
            cur.execute(f"INSERT INTO customers (name, city) VALUES ('{row['name']}', '{row['city']}')")
#--- csv_columns
import csv
def load(cur, path):
    with open(path, newline="") as lines:
        for row in csv.DictReader(lines):
            columns = ", ".join(row)
            marks = ", ".join("?" for _ in row)
            cur.execute(f"INSERT INTO customers ({columns}) VALUES ({marks})", list(row.values()))
#--- api_json
import requests
def sync(cur):
    for item in requests.get("https://api.example.com/items", timeout=10).json():
        cur.execute("UPDATE items SET price = " + str(item["price"]) + " WHERE sku = '" + item["sku"] + "'")
#--- flask_args
from flask import request
@app.route("/orders")
def orders():
    status = request.args.get("status", "open")
    rows = db.session.execute(text("SELECT * FROM orders WHERE status = '%s'" % status))
    return [dict(row) for row in rows.mappings()]
#--- flask_sql_parameter
from flask import request
@app.route("/query")
def query():
    return db_helper.execute_query(request.args["q"])
#--- argparse_sql
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--query")
args = parser.parse_args()
cursor.execute(args.query)
#--- argparse_table
import argparse
def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--table", required=True)
    parser.add_argument("--limit", type=int, default=10)
    args = parser.parse_args()
    for row in db_helper.execute_query(f"SELECT * FROM {args.table} LIMIT {args.limit}"):
        print(row)
#--- input_where
name = input("customer: ")
cur.execute("SELECT * FROM customers WHERE name = '" + name + "'")
#--- environment_schema
import os
schema = os.environ["SCHEMA"]
db_helper.execute_query(f"CREATE SCHEMA IF NOT EXISTS {schema}")
#--- config_table
config = db_helper.load_config()
rows = db_helper.execute_query(f"SELECT * FROM {config['source']['table']}")
#--- stream_query
def extract(db_helper, since):
    query = "SELECT id, amount FROM orders WHERE updated_at >= '%s'" % since
    for batch in db_helper.stream_query(query, batch_size=500):
        yield batch
#--- stored_procedure_text
def run(db_helper, day):
    db_helper.execute_stored_procedure(f"usp_close_day '{day}'")
#--- private_runner
class Loader:
    def __init__(self, connection):
        self.connection = connection

    def _run(self, sql):
        return self.connection.execute(sql)

    def delete(self, shop):
        self._run("DELETE FROM orders WHERE shop = '" + shop + "'")
#--- runner_adds_select
def _fetch(cur, rest):
    cur.execute("SELECT id, name FROM " + rest)
    return cur.fetchall()

def customers(cur, city):
    return _fetch(cur, f"customers WHERE city = '{city}'")
#--- class_attribute
class Table:
    def __init__(self, connection, name):
        self.connection = connection
        self.name = name

    def count(self):
        return self.connection.execute(f"SELECT COUNT(*) FROM {self.name}").scalar()
#--- class_query_attribute
class Report:
    def __init__(self, region):
        self.query = "SELECT * FROM sales WHERE region = '" + region + "'"

    def run(self, cur):
        cur.execute(self.query)
#--- helper_returns_clause
def where(column, value):
    return f"{column} = '{value}'"

def find(cur, city):
    cur.execute("SELECT * FROM shops WHERE " + where("city", city))
#--- dynamic_tsql
def pivot(cursor, columns):
    cursor.execute("DECLARE @sql NVARCHAR(MAX) = N'SELECT " + columns + " FROM dbo.sales'; EXEC(@sql)")
#--- sp_executesql
def rebuild(cursor, table):
    cursor.execute(f"EXEC sp_executesql N'ALTER INDEX ALL ON {table} REBUILD'")
#--- in_list_values
def by_ids(cur, ids):
    cur.execute("SELECT * FROM orders WHERE id IN (" + ",".join(str(each) for each in ids) + ")")
#--- in_list_quoted
def by_codes(cur, codes):
    listed = "', '".join(codes)
    cur.execute(f"SELECT * FROM orders WHERE code IN ('{listed}')")
#--- repr_value
def by_name(cur, name):
    cur.execute(f"SELECT * FROM customers WHERE name = {name!r}")
#--- tuple_value
def by_codes(cur, codes):
    cur.execute("SELECT * FROM orders WHERE code IN {}".format(tuple(codes)))
#--- escaped_by_hand
def by_name(cur, name):
    safe = name.replace("'", "''")
    cur.execute("SELECT * FROM customers WHERE name = '" + safe + "'")
#--- like_pattern
def search(cur, words):
    pattern = "%" + words.strip().lower() + "%"
    cur.execute("SELECT * FROM products WHERE LOWER(title) LIKE '" + pattern + "'")
#--- weak_check_prefix
import re
def count(cur, table):
    if not re.match(r"[a-z_]+", table):
        raise ValueError(table)
    cur.execute(f"SELECT COUNT(*) FROM {table}")
#--- check_without_stop
ALLOWED = {"orders", "refunds"}
def count(cur, table):
    if table not in ALLOWED:
        logger.warning("unknown table %s", table)
    cur.execute(f"SELECT COUNT(*) FROM {table}")
#--- check_of_another
ALLOWED = {"orders", "refunds"}
def count(cur, table, column):
    if table not in ALLOWED:
        raise ValueError(table)
    cur.execute(f"SELECT COUNT({column}) FROM {table}")
#--- shell_quote
import shlex
def count(cur, name):
    cur.execute(f"SELECT COUNT(*) FROM users WHERE name = {shlex.quote(name)}")
#--- default_argument
def copy(cur, source, target="archive"):
    cur.execute(f"INSERT INTO {target} SELECT * FROM {source}")
#--- insert_dict
def insert(cur, table, record):
    names = ", ".join(record.keys())
    values = ", ".join("'" + str(value) + "'" for value in record.values())
    query = "INSERT INTO {} ({}) VALUES ({})".format(table, names, values)
    cur.execute(query)
#--- update_set
def update(conn, record, key):
    assignments = ", ".join(f"{name} = :{name}" for name in record)
    conn.execute(text(f"UPDATE customers SET {assignments} WHERE id = :id"), {**record, "id": key})
#--- order_direction
def page(cur, column, direction):
    cur.execute("SELECT * FROM orders ORDER BY " + column + " " + direction)
#--- dedent
from textwrap import dedent
def load(cur, day):
    cur.execute(dedent(f"""
        INSERT INTO daily SELECT * FROM staging WHERE day = '{day}'
    """))
#--- file_template
from pathlib import Path
def run(conn, table):
    sql = (Path(__file__).parent / "count.sql").read_text().format(table=table)
    conn.execute(sql)
#--- jinja
from jinja2 import Template
def run(conn, table):
    conn.execute(Template("SELECT * FROM {{ table }} LIMIT 10").render(table=table))
#--- string_io
import io
def script(conn, tables):
    out = io.StringIO()
    for table in tables:
        out.write("GRANT SELECT ON " + table + " TO reader;\n")
    conn.executescript(out.getvalue())
#--- nested_function
def run(conn, tables):
    def count(table):
        return conn.execute("SELECT COUNT(*) FROM " + table).fetchone()[0]
    return {table: count(table) for table in tables}
#--- comprehension
def counts(conn, tables):
    return {table: conn.execute(f"SELECT COUNT(*) FROM {table}").scalar() for table in tables}
#--- lambda_query
query_for = lambda table: f"SELECT * FROM {table}"
rows = cursor.execute(query_for(sys.argv[1])).fetchall()
#--- match_without_list
def load(cur, mode, table):
    match mode:
        case "full":
            sql = f"TRUNCATE TABLE {table}"
        case _:
            sql = f"DELETE FROM {table} WHERE day = CURRENT_DATE"
    cur.execute(sql)
#--- try_except
def rename(cur, old, new):
    try:
        cur.execute(f"ALTER TABLE {old} RENAME TO {new}")
    except Exception:
        logger.exception("rename failed")
        raise
#--- async_fetch
async def read(pool, mail):
    async with pool.acquire() as connection:
        return await connection.fetchrow("SELECT * FROM users WHERE mail = '" + mail + "'")
#--- unknown_function
def publish(table, day):
    run_in_warehouse(f"DELETE FROM {table} WHERE day = '{day}'")
#--- spark_sql
def read(spark, table, day):
    return spark.sql(f"SELECT * FROM {table} WHERE day = '{day}'")
#--- duckdb_file
import duckdb
def read(path):
    return duckdb.sql(f"SELECT * FROM read_csv_auto('{path}')").df()
#--- psycopg_misused
from psycopg import sql
def count(cur, table):
    cur.execute(sql.SQL(f"SELECT COUNT(*) FROM {table}"))
#--- watermark
last = conn.execute("SELECT MAX(day) FROM audit").fetchone()[0]
rows = conn.execute(f"SELECT * FROM events WHERE day > '{last}'")
#--- psql_process
import subprocess
def vacuum(table):
    subprocess.run(["psql", "-c", f"DELETE FROM {table}"], check=True)
#--- kwargs
def find(cur, **criteria):
    cur.execute("SELECT * FROM orders WHERE " + " AND ".join(f"{key} = '{value}'" for key, value in criteria.items()))
#--- partition
def drop_partition(cur, day):
    partition = "p" + day.replace("-", "")
    cur.execute("ALTER TABLE events DROP PARTITION " + partition)
#--- create_table
def create(cur, name, schema):
    columns = ",\n".join(f"{column} {kind}" for column, kind in schema.items())
    cur.execute("CREATE TABLE IF NOT EXISTS " + name + " (" + columns + ")")
#--- airflow_hook
from airflow.providers.postgres.hooks.postgres import PostgresHook
def load_partition(**context):
    hook = PostgresHook(postgres_conn_id="dwh")
    day = context["ds"]
    hook.run(f"DELETE FROM fact_sales WHERE day = '{day}'")
#--- retry_wrapper
def with_retry(action, *args, attempts=3):
    for attempt in range(attempts):
        try:
            return action(*args)
        except OperationalError:
            time.sleep(2 ** attempt)

def purge(cursor, tenant):
    with_retry(cursor.execute, "DELETE FROM sessions WHERE tenant = '" + tenant + "'")
#--- dataclass_job
from dataclasses import dataclass
@dataclass
class Job:
    source: str
    target: str
    limit: int = 1000

    def statement(self):
        return f"INSERT INTO {self.target} SELECT * FROM {self.source} LIMIT {self.limit}"

def run(engine, job: Job):
    with engine.begin() as connection:
        connection.exec_driver_sql(job.statement())
#--- yaml_jobs
import yaml
def main():
    with open("jobs.yml") as file:
        jobs = yaml.safe_load(file)
    for job in jobs["jobs"]:
        sql = "CREATE TABLE " + job["name"] + " AS " + job["select"]
        db_helper.execute_query(sql)
#--- lower_case_sql
def last_login(cur, user):
    cur.execute("select last_login from users where login = '" + user + "'")
    return cur.fetchone()
#--- multiline_parts
def report(conn, start, end, group):
    parts = [
        "SELECT region, SUM(amount) AS total",
        "FROM sales",
        f"WHERE day BETWEEN '{start}' AND '{end}'",
        f"GROUP BY {group}",
    ]
    return conn.execute(text("\n".join(parts))).all()
#--- kafka_message
def consume(consumer, cursor):
    for message in consumer:
        event = json.loads(message.value)
        fields = ", ".join(event["fields"])
        cursor.execute("SELECT " + fields + " FROM events WHERE id = %s", (event["id"],))
#--- openrowset
def import_excel(cursor, file_name, sheet):
    statement = (
        "INSERT INTO staging.excel SELECT * FROM OPENROWSET('Microsoft.ACE.OLEDB.12.0', "
        f"'Excel 12.0;Database={file_name}', 'SELECT * FROM [{sheet}$]')"
    )
    cursor.execute(statement)
#--- generator_of_statements
def statements(tables):
    for table in tables:
        yield f"ANALYZE TABLE {table} COMPUTE STATISTICS"

def run(spark, tables):
    for statement in statements(tables):
        spark.sql(statement)
#--- blocklist
FORBIDDEN = (";", "--", "drop")
def search(cur, term):
    for word in FORBIDDEN:
        if word in term.lower():
            raise ValueError("bad term")
    cur.execute(f"SELECT * FROM products WHERE name LIKE '%{term}%'")
#--- checked_too_late
ALLOWED = {"orders", "refunds"}
def count(cur, table):
    cur.execute(f"SELECT COUNT(*) FROM {table}")
    if table not in ALLOWED:
        raise ValueError(table)
#--- reassigned_after_check
import re
def count(cur, table, request):
    if not re.fullmatch(r"\w+", table):
        raise ValueError(table)
    table = request.args["schema"] + "." + table
    cur.execute(f"SELECT COUNT(*) FROM {table}")
#--- getattr_method
class Repo:
    TABLE = "users"
    def __init__(self, cnx):
        self._cnx = cnx
    def find(self, field, value):
        q = "SELECT * FROM %s WHERE %s = ?" % (self.TABLE, field)
        return self._cnx.cursor().execute(q, [value]).fetchall()
#--- f_string_nested
def upsert(conn, table, keys, values):
    stmt = f"""INSERT INTO {table} ({', '.join(keys)})
               VALUES ({', '.join(':' + k for k in keys)})
               ON CONFLICT DO UPDATE SET {', '.join(f'{k} = EXCLUDED.{k}' for k in keys)}"""
    conn.execute(text(stmt), values)
#--- global_setting
import os
TARGET = os.getenv("TARGET_TABLE", "sales")
def truncate():
    with db_helper.get_connection() as connection:
        connection.execute(text(f"TRUNCATE TABLE {TARGET}"))
#--- fastapi_sort
@app.get("/customers")
async def customers(sort: str = "name", db: AsyncSession = Depends(get_db)):
    result = await db.execute(text(f"SELECT id, name FROM customers ORDER BY {sort}"))
    return result.mappings().all()
#--- bigquery
from google.cloud import bigquery
def events(client, dataset, user_id):
    job = client.query(f"SELECT * FROM `{dataset}.events` WHERE user_id = '{user_id}'")
    return job.to_dataframe()
#--- snowflake_stage
def copy_stage(cs, stage, file):
    cs.execute("COPY INTO raw.events FROM @%s/%s FILE_FORMAT = (TYPE = JSON)" % (stage, file))
#--- sftp_filename
def ingest(sftp, cursor):
    for name in sftp.listdir("inbox"):
        stem, _, _ = name.partition(".")
        cursor.execute(f"CREATE TABLE stg_{stem} (line NVARCHAR(MAX))")
#--- dict_of_handlers
def purge(table): return "DELETE FROM " + table
def reset(table): return "TRUNCATE TABLE " + table
HANDLERS = {"purge": purge, "reset": reset}
def run(cur, action, table):
    cur.execute(HANDLERS[action](table))
#--- logger_then_execute
def drop(conn, view):
    statement = "drop view if exists " + view
    logger.info("running %s", statement)
    conn.execute(text(statement))
#--- property_query
class Extract:
    def __init__(self, schema, since):
        self.schema, self.since = schema, since
    @property
    def sql(self):
        return f"SELECT * FROM {self.schema}.orders WHERE updated > '{self.since}'"
    def rows(self, db):
        yield from db.stream_query(self.sql)
#--- partial_sanitize
def clean(value):
    return value.replace(";", "").replace("--", "")
def find(cur, value):
    cur.execute("SELECT * FROM t WHERE v = '" + clean(value) + "'")
#--- excel
def load_sheet(book, cur):
    for row in book.active.iter_rows(values_only=True):
        cur.execute("INSERT INTO prices VALUES ('%s', %s)" % (row[0], row[1]))
#--- set_context
def impersonate(cursor, user):
    cursor.execute("EXECUTE AS USER = '" + user + "'")
#--- union_loop
def union(conn, sources):
    sql = " UNION ALL ".join("SELECT * FROM " + s for s in sources)
    return pd.read_sql(sql, conn)
#--- params_and_format
def f(cur, table, key):
    cur.execute("SELECT * FROM {} WHERE id = %s".format(table), (key,))
#--- begin_block
def f(cur, name):
    cur.execute(f"BEGIN {name}(1); END;")
#--- thread_pool
def _load(table):
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO dw.{table} SELECT * FROM stg.{table}"))
def main(tables):
    with ThreadPoolExecutor() as pool:
        list(pool.map(_load, tables))
#--- xml
def f(cur, tree):
    for node in tree.findall("customer"):
        name = node.get("name")
        cur.execute("UPDATE customers SET name = '" + name + "' WHERE id = " + node.attrib["id"])
'''

SAFE = r'''
#--- question_marks
def by_ids(cur, ids):
    marks = ",".join("?" * len(ids))
    cur.execute(f"SELECT * FROM orders WHERE id IN ({marks})", ids)
#--- percent_marks
def by_ids(cur, ids):
    cur.execute("SELECT * FROM orders WHERE id IN (" + ", ".join(["%s"] * len(ids)) + ")", tuple(ids))
#--- named_marks
def by_ids(conn, ids):
    names = ", ".join(f":p{number}" for number in range(len(ids)))
    params = {f"p{number}": each for number, each in enumerate(ids)}
    return conn.execute(text(f"SELECT * FROM orders WHERE id IN ({names})"), params)
#--- enumerated_marks
def by_codes(conn, codes):
    names, params = [], {}
    for number, code in enumerate(codes):
        names.append(f":code{number}")
        params[f"code{number}"] = code
    return conn.execute(text("SELECT * FROM orders WHERE code IN (" + ", ".join(names) + ")"), params)
#--- marks_of_row
def insert(cur, rows):
    marks = ", ".join("?" for _ in rows[0])
    cur.executemany(f"INSERT INTO orders VALUES ({marks})", rows)
#--- constant_table
TABLE = "orders"
def count(cur):
    cur.execute(f"SELECT COUNT(*) FROM {TABLE}")
    return cur.fetchone()[0]
#--- constant_of_constants
SCHEMA = "sales"
TABLE = SCHEMA + ".orders"
COLUMNS = ("id", "amount", "day")
QUERY = f"SELECT {', '.join(COLUMNS)} FROM {TABLE} WHERE day = :day"
def read(db_helper, day):
    return db_helper.execute_query(QUERY, {"day": day})
#--- class_constant
class Loader:
    table = "orders"
    columns = "id, amount"

    def load(self, cur):
        cur.execute("SELECT " + self.columns + " FROM " + self.table)
#--- enum_value
from enum import Enum
class Target(Enum):
    ORDERS = "orders"
    REFUNDS = "refunds"

def count(cur, target: Target):
    cur.execute(f"SELECT COUNT(*) FROM {target.value}")
#--- enum_lookup
from enum import StrEnum
class Target(StrEnum):
    ORDERS = "orders"

def count(cur, name):
    cur.execute(f"SELECT COUNT(*) FROM {Target(name).value}")
#--- constant_loop
for table in ("orders", "refunds", "customers"):
    cursor.execute(f"TRUNCATE TABLE staging.{table}")
#--- dict_constants
QUERIES = {"orders": "SELECT * FROM orders", "refunds": "SELECT * FROM refunds"}
def run(cur, name):
    cur.execute(QUERIES[name])
#--- dict_names
TABLES = {"o": "orders", "r": "refunds"}
def count(cur, kind):
    table = TABLES[kind]
    cur.execute(f"SELECT COUNT(*) FROM {table}")
#--- dict_get
SORTS = {"day": "day", "amount": "amount DESC"}
def page(cur, sort):
    cur.execute("SELECT * FROM orders ORDER BY " + SORTS.get(sort, "id"))
#--- items_of_constants
VIEWS = {"daily": "SELECT day FROM orders", "monthly": "SELECT month FROM orders"}
def create(cur):
    for name, body in VIEWS.items():
        cur.execute(f"CREATE OR REPLACE VIEW {name} AS {body}")
#--- helper_quote
def count(db_helper, table):
    return db_helper.execute_query(f"SELECT COUNT(*) AS n FROM {db_helper.quote(table)}")[0]["n"]
#--- quote_columns
def read(db, table, columns):
    names = ", ".join(db.quote(column) for column in columns)
    return db.execute_query(f"SELECT {names} FROM {db.quote(table)}")
#--- quote_config
config = db_helper.load_config()
table = db_helper.quote(config["source"]["table"])
rows = db_helper.execute_query(f"SELECT id FROM {table} WHERE day = :day", {"day": day})
#--- preparer
def drop(engine, table):
    preparer = engine.dialect.identifier_preparer
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE {preparer.quote(table)}")
#--- quote_map
def insert(cur, preparer, table, columns):
    names = ", ".join(map(preparer.quote_identifier, columns))
    marks = ", ".join("?" * len(columns))
    cur.execute(f"INSERT INTO {preparer.quote_identifier(table)} ({names}) VALUES ({marks})")
#--- psycopg_compose
from psycopg import sql
def count(cur, table):
    cur.execute(sql.SQL("SELECT COUNT(*) FROM {}").format(sql.Identifier(table)))
#--- psycopg_insert
from psycopg import sql
def insert(cur, table, row):
    query = sql.SQL("INSERT INTO {table} ({names}) VALUES ({marks})").format(
        table=sql.Identifier(table),
        names=sql.SQL(", ").join(map(sql.Identifier, row)),
        marks=sql.SQL(", ").join(sql.Placeholder() * len(row)),
    )
    cur.execute(query, list(row.values()))
#--- core_select
from sqlalchemy import column, select, table
def read(session, name, wanted):
    source = table(name, column("id"), column(wanted))
    return session.execute(select(source.c.id).order_by(column(wanted))).all()
#--- core_where
from sqlalchemy import select
def read(session, orders, city):
    return session.execute(select(orders).where(orders.c.city == city)).all()
#--- allow_list_raise
ALLOWED = {"orders", "refunds"}
def count(cur, table):
    if table not in ALLOWED:
        raise ValueError(f"unknown table {table}")
    cur.execute(f"SELECT COUNT(*) FROM {table}")
#--- allow_list_return
def page(cur, column):
    if column not in ("day", "amount"):
        return []
    return cur.execute("SELECT * FROM orders ORDER BY " + column).fetchall()
#--- allow_list_inside
def page(cur, column):
    if column in {"day", "amount"}:
        cur.execute("SELECT * FROM orders ORDER BY " + column)
#--- allow_list_default
def page(cur, direction):
    direction = direction.upper()
    if direction not in ("ASC", "DESC"):
        direction = "ASC"
    cur.execute(f"SELECT * FROM orders ORDER BY day {direction}")
#--- allow_list_ternary
COLUMNS = ("day", "amount")
def page(cur, column):
    chosen = column if column in COLUMNS else "id"
    cur.execute(f"SELECT * FROM orders ORDER BY {chosen}")
#--- asserted
def truncate(cur, table):
    assert table in {"stage_orders", "stage_refunds"}
    cur.execute("TRUNCATE TABLE " + table)
#--- literal_type
from typing import Literal
def page(cur, direction: Literal["ASC", "DESC"]):
    cur.execute(f"SELECT * FROM orders ORDER BY day {direction}")
#--- match_case
def table_of(region):
    match region:
        case "eu":
            return "orders_eu"
        case "us":
            return "orders_us"
        case _:
            raise ValueError(region)

def count(cur, region):
    cur.execute(f"SELECT COUNT(*) FROM {table_of(region)}")
#--- match_checked
def count(cur, table):
    match table:
        case "orders" | "refunds":
            cur.execute(f"SELECT COUNT(*) FROM {table}")
        case _:
            raise ValueError(table)
#--- fullmatch
import re
def count(cur, table):
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", table):
        raise ValueError(table)
    cur.execute(f"SELECT COUNT(*) FROM {table}")
#--- compiled_pattern
import re
NAME = re.compile(r"^[a-z_]\w*$")
def checked(name):
    if not NAME.match(name):
        raise ValueError(f"bad name {name}")
    return name

def drop(cur, table):
    cur.execute(f"DROP TABLE IF EXISTS {checked(table)}")
#--- identifier_check
def drop(cur, table):
    if not table.isidentifier():
        raise ValueError(table)
    cur.execute(f"DROP TABLE {table}")
#--- validator_call
import re
def validate(name):
    if not re.fullmatch(r"\w+", name):
        raise ValueError(name)

def drop(cur, table):
    validate(table)
    cur.execute(f"DROP TABLE {table}")
#--- check_all
ALLOWED = {"id", "day", "amount"}
def read(cur, columns):
    unknown = set(columns) - ALLOWED
    if unknown:
        raise ValueError(f"unknown columns {unknown}")
    cur.execute(f"SELECT {', '.join(columns)} FROM orders")
#--- check_each
ALLOWED = {"id", "day", "amount"}
def read(cur, columns):
    for column in columns:
        if column not in ALLOWED:
            raise ValueError(column)
    cur.execute("SELECT " + ", ".join(columns) + " FROM orders")
#--- check_any
ALLOWED = {"id", "day", "amount"}
def read(cur, columns):
    if any(column not in ALLOWED for column in columns):
        raise ValueError(columns)
    cur.execute("SELECT " + ", ".join(columns) + " FROM orders")
#--- filtered_columns
ALLOWED = {"id", "day", "amount"}
def read(cur, columns):
    chosen = [column for column in columns if column in ALLOWED]
    cur.execute("SELECT " + ", ".join(chosen) + " FROM orders")
#--- integer_cast
def page(cur, limit, offset):
    cur.execute(f"SELECT * FROM orders LIMIT {int(limit)} OFFSET {int(offset)}")
#--- integer_annotation
def page(cur, limit: int, offset: int = 0):
    cur.execute("SELECT * FROM orders LIMIT %s OFFSET %s" % (limit, offset))
#--- integer_spec
def page(cur, limit):
    cur.execute(f"SELECT * FROM orders LIMIT {limit:d}")
#--- percent_d
def page(cur, limit):
    cur.execute("SELECT * FROM orders LIMIT %d" % limit)
#--- isinstance_guard
def page(cur, limit):
    if not isinstance(limit, int):
        raise TypeError(limit)
    cur.execute(f"SELECT TOP {limit} * FROM orders")
#--- range_offsets
def pages(cur, total: int):
    for offset in range(0, total, 1000):
        cur.execute(f"SELECT * FROM orders ORDER BY id OFFSET {offset} ROWS FETCH NEXT 1000 ROWS ONLY")
        yield cur.fetchall()
#--- argparse_choices
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--table", choices=["orders", "refunds"])
parser.add_argument("--limit", type=int, default=10)
args = parser.parse_args()
cursor.execute(f"SELECT * FROM {args.table} LIMIT {args.limit}")
#--- date_value
from datetime import date, timedelta
def clean(cur):
    cutoff = date.today() - timedelta(days=90)
    cur.execute(f"DELETE FROM audit WHERE day < '{cutoff.isoformat()}'")
#--- partition_of_today
from datetime import datetime
partition = "events_" + datetime.now().strftime("%Y%m%d")
cursor.execute(f"CREATE TABLE IF NOT EXISTS {partition} (LIKE events)")
#--- log_texts
def delete(db_helper, table, shop):
    logger.info(f"DELETE FROM {table} WHERE shop = {shop} starts")
    rows = db_helper.execute_query("DELETE FROM orders WHERE shop = :shop RETURNING id", {"shop": shop})
    logger.info(f"deleted {len(rows)} rows from {table}")
    print("SELECT done from " + table)
#--- error_text
def fail(x, y):
    raise ValueError(f"cannot SELECT {x} FROM {y}")
#--- argparse_help
import argparse
def options(default):
    parser = argparse.ArgumentParser(description=f"SELECT rows FROM {default} and export them")
    parser.add_argument("--table", help=f"UPDATE this table and SET its flag, default {default}")
    return parser
#--- question_parameters
def by_id(cur, key, status):
    cur.execute("SELECT * FROM orders WHERE id = ? AND status = ?", (key, status))
#--- named_parameters
from sqlalchemy import text
def by_id(conn, key):
    return conn.execute(text("SELECT * FROM orders WHERE id = :id"), {"id": key}).one()
#--- percent_parameters
def by_mail(cur, mail):
    cur.execute("SELECT * FROM users WHERE mail = %(mail)s", {"mail": mail})
#--- like_parameter
def search(cur, words):
    cur.execute("SELECT * FROM products WHERE title LIKE ?", (f"%{words}%",))
#--- conditional_parameters
def search(db, status=None, since=None):
    conditions, params = ["1 = 1"], {}
    if status:
        conditions.append("status = :status")
        params["status"] = status
    if since:
        conditions.append("day >= :since")
        params["since"] = since
    return db.execute_query("SELECT * FROM orders WHERE " + " AND ".join(conditions), params)
#--- returns_text_and_parameters
def build(status):
    sql, params = "SELECT * FROM orders", []
    if status:
        sql += " WHERE status = ?"
        params.append(status)
    return sql, params

def run(cur, status):
    sql, params = build(status)
    cur.execute(sql + " ORDER BY id", params)
#--- helper_runs_text
class Database:
    def __init__(self, connection):
        self.connection = connection

    def run(self, sql, params=()):
        return self.connection.execute(sql, params).fetchall()

    def orders(self, day):
        return self.run("SELECT * FROM orders WHERE day = ?", (day,))
#--- private_constant_callers
def _count(cur, table):
    cur.execute(f"SELECT COUNT(*) FROM {table}")
    return cur.fetchone()[0]

def totals(cur):
    return _count(cur, "orders") + _count(cur, "refunds")
#--- packaged_sql
from pathlib import Path
QUERIES = Path(__file__).parent / "queries"
def run(conn, day):
    conn.execute((QUERIES / "daily.sql").read_text(encoding="utf-8"), {"day": day})
#--- packaged_script
with open("schema.sql") as file:
    connection.executescript(file.read())
#--- ternary_constants
def page(cur, newest):
    order = "DESC" if newest else "ASC"
    cur.execute(f"SELECT * FROM orders ORDER BY day {order}")
#--- branch_constants
def source(cur, full):
    if full:
        table = "orders"
    else:
        table = "orders_today"
    cur.execute("SELECT * FROM " + table)
#--- mail_subject
def notify(smtp, shop, user):
    subject = f"Select your products from {shop}"
    smtp.send_message(subject, f"Update your profile and set a password, {user}")
#--- file_name
from pathlib import Path
def export(day, rows):
    target = Path("out") / f"select_orders_from_{day}.csv"
    target.write_text("\n".join(rows))
#--- metric_label
def record(metrics, table, seconds):
    metrics.timing(f"insert into {table}.seconds", seconds)
    metrics.increment("sql.delete", tags=[f"table:{table}"])
#--- template_constants
from string import Template
QUERY = Template("SELECT $columns FROM $table")
TABLE = "orders"
def read(cur):
    cur.execute(QUERY.substitute(columns="id, day", table=TABLE))
#--- replace_constant
QUERY = "SELECT * FROM {table} WHERE day = :day"
def read(db, day):
    return db.execute_query(QUERY.replace("{table}", "orders"), {"day": day})
#--- format_constants
def read(cur):
    query = "SELECT {} FROM {}".format("id", "orders")
    cur.execute(query)
#--- pandas_parameters
import pandas as pd
def frame(engine, day):
    return pd.read_sql("SELECT * FROM orders WHERE day = %(day)s", engine, params={"day": day})
#--- pandas_to_sql
def save(frame, engine, table):
    frame.to_sql(table, engine, if_exists="append", index=False)
#--- upsert_helper
def load(db_helper, table, rows):
    db_helper.upsert(table, rows, key="id")
    db_helper.bulk_insert(table + "_history", rows)
#--- procedure
def close(db_helper, day):
    return db_helper.execute_stored_procedure("usp_close_day", {"day": day})
#--- bracket_quote
def bracket(name):
    return "[" + name.replace("]", "]]") + "]"

def drop(cursor, table):
    cursor.execute("DROP TABLE " + bracket(table))
#--- uuid_table
import uuid
def stage(cur):
    name = f"tmp_{uuid.uuid4().hex}"
    cur.execute(f"CREATE TEMP TABLE {name} (id INTEGER)")
    return name
#--- typed_job
from dataclasses import dataclass
@dataclass(frozen=True)
class Page:
    size: int
    number: int

def read(cur, page: Page):
    cur.execute(f"SELECT * FROM orders LIMIT {page.size} OFFSET {page.size * page.number}")
#--- inspector_check
from sqlalchemy import inspect
def row_count(engine, table):
    known = inspect(engine).get_table_names()
    if table not in known:
        raise LookupError(f"no table {table}")
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"SELECT COUNT(*) FROM {table}").scalar()
#--- raise_in_dict_lookup
TABLES = {"eu": "sales_eu", "us": "sales_us"}
def load(cur, region):
    try:
        table = TABLES[region]
    except KeyError:
        raise ValueError(f"unknown region {region!r}") from None
    cur.execute("DELETE FROM " + table + " WHERE day = ?", (today,))
#--- module_const_tuple_of_pairs
CHECKS = (
    ("no null ids", "orders", "id IS NULL"),
    ("no negative amounts", "payments", "amount < 0"),
)
def run_checks(db_helper):
    for title, table, condition in CHECKS:
        rows = db_helper.execute_query(f"SELECT COUNT(*) AS n FROM {table} WHERE {condition}")
        logger.info("%s: %s", title, rows[0]["n"])
#--- exception_with_sql
class QueryFailed(Exception):
    pass

def run(cur, sql, params):
    try:
        cur.execute(sql, params)
    except DatabaseError as error:
        raise QueryFailed(f"SELECT failed FROM server: {error}, {sql}") from error
#--- set_difference_local
VALID = frozenset({"id", "name", "city"})
def select(cur, fields):
    fields = [field.strip() for field in fields]
    if not set(fields).issubset(VALID):
        raise ValueError(fields)
    cur.execute(f"SELECT {', '.join(fields)} FROM customers")
#--- batches
def delete_batches(cur, ids, size=500):
    for start in range(0, len(ids), size):
        batch = ids[start : start + size]
        placeholders = ", ".join("%s" for _ in batch)
        cur.execute(f"DELETE FROM events WHERE id IN ({placeholders})", batch)
#--- psycopg_set
from psycopg2 import sql
def update(cur, table, record, key):
    assignments = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in record
    )
    cur.execute(sql.SQL("UPDATE {} SET {} WHERE id = %(id)s").format(sql.Identifier(table), assignments), {**record, "id": key})
#--- slack_text
def tell(client, table, count):
    client.chat_postMessage(channel="#etl", text=f"INSERT INTO {table} finished: {count} rows")
#--- markdown_table
def describe(path, table, columns):
    lines = [f"# {table}", "", "Select columns from the list:"]
    lines += [f"- {column}" for column in columns]
    path.write_text("\n".join(lines))
#--- boolean_flag
def extract(db, with_deleted):
    condition = "" if with_deleted else " AND deleted_at IS NULL"
    return db.execute_query("SELECT * FROM customers WHERE active = 1" + condition)
#--- click_choice
import click
@click.command()
@click.option("--table", type=click.Choice(["orders", "refunds"]))
@click.option("--limit", type=int, default=100)
def show(table, limit):
    for row in db_helper.execute_query(f"SELECT * FROM {table} LIMIT {limit}"):
        click.echo(row)
#--- sqlite_pragma
def prepare(connection):
    for pragma in ("journal_mode=WAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    version = 7
    connection.execute(f"PRAGMA user_version = {version}")
#--- test_of_builder
from pipeline import build_query
def test_query():
    table = "orders"
    assert build_query(table) == f"SELECT * FROM {table}"
#--- migrations
from pathlib import Path
def migrate(connection):
    for path in sorted(Path(__file__).with_name("migrations").glob("*.sql")):
        logger.info("running %s", path.name)
        connection.executescript(path.read_text(encoding="utf-8"))
#--- uppercase_param_default
def extract(db, day):
    query = """
        SELECT id, amount
        FROM orders
        WHERE day = :day
    """
    for batch in db.stream_query(query, {"day": day}, batch_size=1000):
        yield batch
#--- bindparam_expanding
from sqlalchemy import bindparam, text
def f(conn, ids):
    stmt = text("SELECT * FROM t WHERE id IN :ids").bindparams(bindparam("ids", expanding=True))
    return conn.execute(stmt, {"ids": ids}).all()
#--- zip_columns
COLUMNS = ("id", "name")
def f(cur, rows):
    assignments = ", ".join(f"{c} = ?" for c in COLUMNS[1:])
    cur.executemany(f"UPDATE t SET {assignments} WHERE {COLUMNS[0]} = ?", [(*row[1:], row[0]) for row in rows])
#--- quoted_with_prefix
def f(db, table, suffix):
    target = db.quote(f"{table}_{suffix}")
    db.execute_query(f"CREATE TABLE {target} AS SELECT * FROM {db.quote(table)}")
#--- assert_message
def check(rows, table):
    assert rows, f"SELECT * FROM {table} gave no rows"
#--- raises_match
def test_x(db, table):
    with pytest.raises(ValueError, match=f"SELECT .* FROM {table}"):
        db.run(table)
#--- nested_conditional_marks
def f(cur, first, rest):
    query = "SELECT * FROM t WHERE a = ?"
    params = [first]
    for key, value in rest:
        query += " OR a = ?"
        params.append(value)
    cur.execute(query, params)
#--- config_int
def f(cur, config):
    size = int(config["processing"]["batch_size"])
    cur.execute(f"SELECT TOP ({size}) * FROM queue")
#--- jinja_html
def page(name):
    return f"<select name='{name}'><option>from {name}</option></select>"
#--- warn
import warnings
def f(t):
    warnings.warn(f"DROP TABLE {t} is skipped", stacklevel=2)
#--- decorator_text
@task(name="load", description=f"INSERT INTO {settings.TARGET}")
def load(db):
    db.execute_query("INSERT INTO a SELECT * FROM b")
#--- exists_lookup
def table_for(kind: str) -> str:
    tables = {"a": "t_a", "b": "t_b"}
    if kind not in tables:
        raise ValueError(f"kind {kind!r} unknown")
    return tables[kind]
def f(cur, kind):
    cur.execute(f"DELETE FROM {table_for(kind)} WHERE done = 1")
#--- version_check
def f(cur):
    version = cur.execute("SELECT version()").fetchone()[0]
    print(f"server SELECT version FROM {version}")
#--- returns_quoted
class Names:
    def __init__(self, db):
        self.db = db
        self.orders = db.quote(db.load_config()["orders"])
    def count(self):
        return self.db.execute_query(f"SELECT COUNT(*) AS n FROM {self.orders}")
#--- readme
HELP = """SELECT statements FROM the folder are run."""
def usage(program):
    sys.exit(f"usage: {program} TABLE\nDELETE FROM TABLE WHERE day is old")
'''


def _read(text: str, vulnerable: bool) -> Iterable[tuple[str, str, bool]]:
    for sample in text.split("\n#--- ")[1:]:
        name, _, source = sample.partition("\n")
        yield name, source, vulnerable


SAMPLES = [*_read(VULNERABLE, True), *_read(SAFE, False)]


def is_held_out(name: str) -> bool:
    return zlib.crc32(name.encode()) % 4 == 0


def figures(samples: Iterable[tuple[str, str, bool]]) -> tuple[int, int, int, int, list[str]]:
    """Count right alarms, vulnerable samples, all alarms, all samples; list the names of those judged wrong."""
    judged = [(name, vulnerable, any(find_injections(ast.parse(source)))) for name, source, vulnerable in samples]
    right = sum(vulnerable and found for _, vulnerable, found in judged)
    wrong = [name for name, vulnerable, found in judged if vulnerable != found]
    return right, sum(vulnerable for _, vulnerable, _ in judged), sum(found for *_, found in judged), len(judged), wrong


def main() -> None:
    for title, held_out in (("tuned on", False), ("held out", True)):
        right, vulnerable, alarms, count, wrong = figures(each for each in SAMPLES if is_held_out(each[0]) is held_out)
        sys.stdout.write(f"{title}: {count} samples, recall {right}/{vulnerable}, precision {right}/{alarms}\n")
        if not held_out or "--all" in sys.argv:
            sys.stdout.write("".join(f"  wrong: {name}\n" for name in wrong))


if __name__ == "__main__":
    main()
