export const requireBanner: { readonly js: string };
export function buildAgent(outfile?: string, entry?: string): Promise<void>;
export function buildKeeperDashboard(outfile?: string): Promise<void>;
