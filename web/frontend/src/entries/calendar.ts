// The year of the office calendar.
import "../styles/calendar.css";
import "../islands/day-grid";
