"""When something about a wish, a claim or a post may not be done: pure, with sentences."""
