"""An invented catalog of digital goods, and the writers of the files a supplier would publish it in."""
