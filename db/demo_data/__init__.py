"""An invented call centre for demo, training and tests: customers, calls, tickets, orders."""
