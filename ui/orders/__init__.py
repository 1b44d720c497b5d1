"""Work orders: the customer's, a department's, and the verification call. Main thread."""
