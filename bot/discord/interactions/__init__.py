"""What commands and buttons share: who may use them, how replies are sent, what is said when something fails."""
