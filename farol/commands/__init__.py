"""What `farol` can be told to do, a module per word. Each imports what it needs when it runs, so that help is quick."""
