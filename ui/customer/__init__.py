"""Who is calling: pop, candidates, card and forms. Main thread."""
