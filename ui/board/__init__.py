"""The dispatcher's board: cards of open orders in columns by state, and where they can go."""
