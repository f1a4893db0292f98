"""The app onto the camera and off it again, over the cable, through the firmware's prompt."""
