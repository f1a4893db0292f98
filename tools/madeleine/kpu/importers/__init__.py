"""Float networks out of the files that others write: Keras arrays in npz, ONNX."""
