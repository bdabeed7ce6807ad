"""One exchange with a provider: sent, streamed, merged, classed when it fails."""
