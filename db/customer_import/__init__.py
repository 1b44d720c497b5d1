"""Import of customers from CSV files: checked line by line, stored all at once."""

from db.customer_import.importer import import_customers
from db.customer_import.report import ImportReport, RefusedValue

__all__ = ["ImportReport", "RefusedValue", "import_customers"]
