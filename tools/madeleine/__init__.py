"""The host toolbox of Madeleine: the virtual board, the KPU on the desk, and one module for each command."""
