"""Pages on the model, and the program that writes the tables among them."""
