"""The practice: the tenant that everything else belongs to."""
