import "../styles/calendar.css";
import "../islands/day-grid";
