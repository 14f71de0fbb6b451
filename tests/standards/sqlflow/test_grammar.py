"""Statements are told from prose that shares words with SQL."""

from __future__ import annotations

import pytest

from workflow_template.standards.sqlflow.grammar import is_statement
from workflow_template.standards.sqlflow.values import HOLE

STATEMENTS = """
SELECT _ FROM t
select a, b from _ where c = 1
select * from _
Select count(*) from _
WITH a AS (SELECT 1) SELECT * FROM a
INSERT INTO _ VALUES (1)
insert into _ (a) values (1)
UPDATE _ SET a = 1
update t set a = '_'
DELETE FROM _
delete from t where a = _
MERGE _ AS t USING s
merge into _ as t using s on 1 = 1
DROP TABLE IF EXISTS _
drop table _
CREATE OR REPLACE VIEW _ AS SELECT 1
create table _ (a int)
ALTER TABLE _ ADD a INT
TRUNCATE TABLE _
truncate table _
EXEC _ 1
exec dbo.p '_'
{CALL _ (?)}
CALL _(1)
GRANT SELECT ON _ TO r
REVOKE ALL ON t FROM _
BULK INSERT t FROM '_'
COPY _ FROM STDIN
copy t from '_'
USE _
SET ROLE _
DECLARE @a INT = _
ATTACH '_' AS a
VACUUM _
EXPLAIN ANALYZE _
-- a comment\\nSELECT * FROM _
/* a hint */ DELETE FROM _
(SELECT * FROM _) AS t
IF EXISTS (SELECT 1) DROP TABLE _
psql -c "DELETE FROM _"
SELECT 1; DROP TABLE _
""".strip().split("\n")

PROSE = """
select one of them from the list
Select all _ from _ and update the preview
select the rows, please
update _ to version 2
Update _ set
Update _: set of samples
delete from
Delete _ from folder _
insert coin into slot
create table tennis players list
Create index _ on field(s) _ of model _
drop in _ for a coffee
call me _
use the _ option
execute_query took _ seconds
SELECT_ALL_ROWS _
set _ to zero
merge _ requests
copy _ to clipboard
with _ kind regards
grant application _
truncated _ rows
select-_-option
<select name='_'>
https://host/select/from/_
_ rows from _
""".strip().split("\n")


@pytest.mark.parametrize("text", STATEMENTS)
def test_a_statement_is_one(text):
    assert is_statement(text.replace("_", HOLE).replace("\\n", "\n"))


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_none(text):
    assert not is_statement(text.replace("_", HOLE))
