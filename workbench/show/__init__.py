"""How anything looks: figures, tables, bars, Markdown, differences between texts, the cell of a notebook."""
