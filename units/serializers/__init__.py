"""How units and the roles on them are shown and sent."""
