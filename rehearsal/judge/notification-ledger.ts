/** How many notifications the simulated Intercom would have sent to customers. */
export async function countCustomerNotifications(controlUrl: string): Promise<number> {
  const response = await fetch(`${controlUrl}/ledger`);
  if (!response.ok) throw new Error(`${controlUrl}/ledger answered ${response.status}.`);
  const ledger = (await response.json()) as readonly unknown[];
  return ledger.length;
}
