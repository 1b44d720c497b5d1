"""What an agent sees of calls: cards, actions, keypad and the clock that drives their timers."""
