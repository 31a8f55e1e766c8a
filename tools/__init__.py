"""The workshop's own tools: they build, check and measure Attune, never serve it."""
