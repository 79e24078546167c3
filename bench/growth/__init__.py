"""How the desk is with a year's rows in it: a fast loader, what each page takes, and what the intake still holds."""
