"""What every machine needs: the loop that runs calls, files written whole or not at all, secrets, patience, words."""
