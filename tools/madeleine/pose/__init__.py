"""People in pictures as coordinates: 17 points of each body, by PoseNet."""
