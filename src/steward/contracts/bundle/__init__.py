"""The acceptance bundle (验收材料包): everything about a contract in one signed archive."""
