"""The pages that people read say what the code does: commands, options, tables, links, the diagram."""
