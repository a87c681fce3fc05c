"""驻场团队: who serves a contract, who was there, and who changed."""
