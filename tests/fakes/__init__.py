"""Stand-ins for providers: a scripted server, its faults, and how each provider words a reply."""
