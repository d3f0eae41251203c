import type { Plugin } from "vite";
export function usedIcons(root: string): string[];
export function spriteText(root: string): string;
export function sprite(root: string): Plugin;
