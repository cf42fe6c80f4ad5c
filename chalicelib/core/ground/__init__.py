"""What everything stands on: errors, values, tables of moves, mistakes, text from outside, what is counted."""
