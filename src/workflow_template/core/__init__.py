"""What every room stands on: the host, transactions, errors. Standard library only, because hooks import it."""
