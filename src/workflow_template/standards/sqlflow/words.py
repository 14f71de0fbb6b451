"""The names that calls, types and places are known by."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# what runs SQL: its first argument, or one of these keywords, is the text
SINKS = _words("""execute executemany executescript exec_driver_sql execute_query stream_query execute_sql run_sql run_query execute_async
    read_sql read_sql_query read_database read_database_uri read_frame get_records get_first get_pandas_df copy_expert mogrify
    fetchrow fetchval fetch_all fetch_one fetch_val execute_values execute_batch execute_string literal_column RawSQL text SQL""")
SQL_KEYWORDS = _words("sql query statement stmt operation sql_query command queries")
COMPOSERS = _words("text SQL literal_column RawSQL")
# what puts SQLAlchemy's text() into a statement
FRAGMENT_USERS = _words("""where filter order_by group_by having select_from select and_ or_ join outerjoin distinct add_columns
    with_only_columns desc asc not_ column_property""")
# what takes SQL expressions as plain text
RAW_USERS = _words("prefix_with suffix_with with_hint with_statement_hint extra")
EXPRESSION_USERS = RAW_USERS | _words("expr selectExpr filter where op delete")

CLEAN_CALLS = _words("""int float bool len round abs sum ord hash id range Decimal date datetime timedelta now today utcnow fromisoformat
    isoformat fromtimestamp strptime uuid1 uuid4 UUID time monotonic token_hex hexdigest timestamp randint random getpid count
    quoted_name Identifier Literal Placeholder Composed Composable bindparam literal toordinal isocalendar to_period bit_length
    perf_counter time_ns ident ceil floor trunc Environment mkdtemp mkstemp TemporaryDirectory NamedTemporaryFile
    gettempdir to_datetime Timestamp ip_address get_ident total_seconds crc32 adler32 date_range getint getfloat getboolean as_int""")
CLEAN_FUNCTIONS = _words("table column select insert update delete Table Column func cast case exists any all isinstance callable")
CLEAN_TYPES = _words("""int float bool Decimal date datetime timedelta UUID Literal LiteralString Identifier Composed Composable SQL Table
    Column Select TextClause Timestamp None complex quoted_name IntRange FloatRange Choice DateTime fromisoformat ColumnElement
    PositiveInt NonNegativeInt StrictInt conint Executable ClauseElement""")
TYPE_FRAMES = _words("""list List set Set frozenset tuple Tuple Sequence Iterable Iterator Collection Optional Union Final ClassVar typing t
    datetime decimal uuid click sqlalchemy sa sql psycopg pd Annotated Mapping dict Dict collections abc date Option Argument typer""")
CLEAN_FIELDS = _words("""year month day hour minute second days rowcount lastrowid microsecond pid ndim size nbytes st_size st_mtime
    _fields model_fields __fields__ __dataclass_fields__ __struct_fields__ __match_args__""")
SPARK_OPTIONS = _words("dbtable query preparequery sessioninitstatement")  # SQL for the database that Spark reads from
PURE_MODULES = _words(
    "math datetime time calendar itertools operator string textwrap path pathlib random statistics decimal copy posixpath ntpath jinja2"
)
PASSING = _words("""str list tuple set frozenset sorted reversed iter next dedent cleandoc Template cast dict min max copy deepcopy zip
    Path chain text PurePath unique islice from_iterable OrderedDict from_string ascii repr deque bytes abspath
    realpath basename dirname fspath normpath PurePosixPath PurePath choice cycle product repeat accumulate batched SQL""")
PASSING_METHODS = _words("""joinpath resolve with_name with_suffix as_posix absolute expanduser replace_extension decode encode
    from_string files removesuffix removeprefix""")
MAKERS = _words("list dict set tuple str StringIO defaultdict deque OrderedDict")
READS = _words("read get_template read_text readlines read_bytes readline get_data get_source")
RUN_ELSEWHERE = _words("submit to_thread run_in_executor run_sync apply_async run_in_threadpool partial")
LISTINGS = _words("glob rglob iglob iterdir listdir scandir walk nlst namelist list_objects list_blobs")
OUTSIDE = _words("""input parse_args parse_known_args getenv DictReader reader json load loads safe_load get_json getlist raw_input
    fromstring fromfile parse_qs urlopen full_load""")
REQUEST_FIELDS = _words("GET POST FILES META COOKIES REQUEST")  # capitals, yet no constants
OWN_FORMATS = _words("tomllib toml tomli pickle joblib")  # read for what the team itself wrote
ADDING = _words("append extend add insert write appendleft writelines update setdefault push")
NAME_CHECKS = _words("isidentifier isalnum isdigit isdecimal isnumeric isalpha")
FOREIGN_QUOTES = _words("shlex urllib html parse pipes requests json")
CLASS_READERS = _words("fields fields_dict get_type_hints get_annotations")  # which tell the names that a class was written with
CLASS_LIBRARIES = _words("dataclasses attr attrs typing inspect msgspec")
RAISES = _words("exit abort fail _exit error skip xfail")
RUNNING = SINKS | EXPRESSION_USERS | {"execute_stored_procedure"}
# words that open a statement; those that Python code says all the time count in capitals only
ANY_CASE = _words("select insert update delete merge replace truncate drop create alter exec call copy grant revoke")
CAPITAL = _words("""EXECUTE WITH DENY BULK LOAD UNLOAD PUT USE SET DECLARE LOCK ATTACH DETACH IMPORT EXPORT COMMENT EXPLAIN BACKUP RESTORE
    VACUUM ANALYZE REFRESH PRAGMA DBCC KILL OPTIMIZE RENAME SHOW DESCRIBE REINDEX NOTIFY LISTEN""")
