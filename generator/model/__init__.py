"""What a portfolio is: frozen data and pure rules, no I/O."""
