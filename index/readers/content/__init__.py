"""What any format may hold: cells over several columns, formulas, letters of symbol fonts."""
