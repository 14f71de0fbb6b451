"""What is written by --update-golden and --update-contracts, and told at the end."""


def test_golden(db, golden):
    db.execute_query("UPDATE orders SET amount = 11 WHERE id = 1")
    golden("orders", key="id")
    golden("customers", key="name")


def test_golden_of_a_wider_table(db_clone, golden):
    db_clone.execute_query("ALTER TABLE totals ADD extra INTEGER")
    golden("totals", key="customer", name="totals_with_extra")


def test_contract(db, contract):
    contract("totals")


def test_added_column(db_clone, contract):
    db_clone.execute_query("ALTER TABLE totals ADD extra INTEGER")
    contract("totals")


def test_removed_column(db_clone, contract):
    db_clone.execute_query("ALTER TABLE totals DROP COLUMN number")
    contract("totals")


def test_added_column_where_none_is_wanted(db_clone, contract):
    db_clone.execute_query("ALTER TABLE totals ADD extra INTEGER")
    contract("totals", strict=True)
