"""Commands that train, measure and attack; every figure in the documentation comes from one of them."""
