"""What supervisors order, family by family; each function decides what one control does."""
