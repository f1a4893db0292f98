"""From a float network to a kmodel, and how near the one is to the other."""
