"""What rules that are drawn on a page say of its text: they part the cells of tables, and strike words."""
