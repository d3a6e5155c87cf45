"""Every write of the product: verb-first, keyword-only, atomic."""
