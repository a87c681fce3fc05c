"""What is operated: systems, servers, databases, middleware, applications and how they depend."""
