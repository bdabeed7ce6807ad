"""How policies are measured: on tasks that did not choose their settings, by what a route would compare."""
