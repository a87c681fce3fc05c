"""The catalogue of public data: what systems hold, who provides it, whether it is collected."""
