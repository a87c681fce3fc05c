"""保密: agreements, access by the client's approval, what was done with it, what is handed back."""
