"""What the pages of plans and activities choose from, as all pages do."""

from units.pages.options import MOST_OPTIONS, FilterForm, Options, code_field, options_of, units_of

__all__ = ["MOST_OPTIONS", "FilterForm", "Options", "code_field", "options_of", "units_of"]
