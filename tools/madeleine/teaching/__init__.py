"""A folder of photographs becomes examples for the camera, and a layer over the network's features next to them."""
