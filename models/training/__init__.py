"""What models/train.py is made of: the networks, the photographs, the lessons."""
