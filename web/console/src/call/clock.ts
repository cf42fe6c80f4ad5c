/** Time as people read it. */

import { useEffect, useState } from "react";

const SECOND_MS = 1000;
const HOUR_S = 3600;

/** Gives "1:05" or "1:02:03" for a span in ms; never less than nothing. */
export function clockOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND_MS));
  const [hours, minutes, rest] = [Math.floor(seconds / HOUR_S), Math.floor((seconds % HOUR_S) / 60), seconds % 60];
  const tail = `${String(minutes).padStart(hours > 0 ? 2 : 1, "0")}:${String(rest).padStart(2, "0")}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}

/** Gives the whole seconds until a moment, rounded up; never less than 0. */
export function secondsUntil(moment: number, now: number): number {
  return Math.max(0, Math.ceil((moment - now) / SECOND_MS));
}

/** Gives "14:05" for a moment. */
export function timeOf(moment: number, language: string): string {
  return new Date(moment).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hour12: false });
}

/** Gives "3月5日 14:05" or "Mar 5, 14:05" for a moment. */
export function dayOf(moment: number, language: string): string {
  const options: Intl.DateTimeFormatOptions = { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" };
  return new Date(moment).toLocaleString(language, { ...options, hour12: false });
}

/** Gives the time by the server's clock, which is `skew` ms ahead of this one's, again each second. */
export function useNow(skew: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, SECOND_MS / 2);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return now + skew;
}
